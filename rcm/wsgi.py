"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rcm.settings")

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 -- every view is loaded now, so that nobody's first page waits for it

# What is loaded stays: looking through all of it again for garbage held up a page by 0.1 s now and then.
gc.collect()
gc.freeze()
