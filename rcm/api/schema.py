"""The API's description (OpenAPI 3.1), drawn from what the resources and their writes declare."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from rcm.api.problems import MEDIA_TYPE, Problem, name_of
from rcm.api.writing import HEADER, KEY, Nothing, Write

IDEMPOTENCY = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": f"^{KEY.pattern}$", "minLength": 8, "maxLength": 255},
    OpenApiParameter.HEADER,
    required=True,
    description="New for each change you mean to make, the same when you repeat the request.",
)


class HouseSchema(AutoSchema):
    """Reads one operation off its resource."""

    view: Any

    @property
    def write(self) -> Write | None:
        """What the operation writes; None for a read."""
        return getattr(self.view.handler, "write", None)

    def get_operation_id(self) -> str:
        """claims_list, claims_retrieve, claims_submission: unique, and readable in generated clients."""
        return f"{self.view.basename.removeprefix('api-')}_{self.view.action}"

    def get_tags(self) -> list[str]:
        """One chapter per resource."""
        return [self.view.basename.removeprefix("api-").replace("_", " ")]

    def get_description(self) -> str:  # type: ignore[override]
        """The method's own words, then who may ask and what may be refused."""
        parts = [super().get_description(), f"Roles: {', '.join(self.view.roles) or 'any'}."]
        if self.write is not None:
            named = [
                f"- `{name_of(kind)}` ({how.status}): {how.words}" for kind, how in self.write.refuses.items()
            ]
            parts.append("Refusals:\n\n" + "\n".join(named))
        return "\n\n".join(parts)

    def get_summary(self) -> str | None:
        """The first sentence of the method."""
        words = self.view.handler.__doc__ or ""
        return words.strip().partition("\n")[0].rstrip(".")

    def get_override_parameters(self) -> list[Any]:
        """The idempotency key of a write; the page and the filters of a list."""
        if self.write is not None:
            return [IDEMPOTENCY]
        return list(self.view.shapes_of_query) if self.view.action == "list" else []

    def get_extensions(self) -> dict[str, Any]:
        """The roles once more, for programs."""
        return {"x-roles": [str(role) for role in self.view.roles]}

    def get_filter_parameters(self) -> list[Any]:
        """None beside those of the resource."""
        return []

    def get_request_serializer(self) -> Any:
        """The body of a write."""
        takes = getattr(self.write or self.view.handler, "takes", Nothing)
        return None if takes is Nothing else takes

    def get_response_serializers(self) -> Any:
        """The answer, and the problems that any request may run into."""
        return {**self._answer(), **{(code, MEDIA_TYPE): Problem for code in self._problems()}}

    def _is_list_view(self, serializer: Any = None) -> bool:
        """A list is an envelope of its own, so nothing is wrapped again."""
        return isinstance(serializer, serializers.ListSerializer)

    def _answer(self) -> dict[Any, Any]:
        if self.write is not None:
            return {self.write.status: self.write.gives}
        if media := getattr(self.view.handler, "media", ""):
            return {(200, media): OpenApiTypes.BINARY}
        if self.view.action != "list":
            return {200: getattr(self.view.handler, "gives", self.view.gives)}
        shape = self.view.gives_listed or self.view.gives
        envelope = inline_serializer(
            f"{self.view.basename.removeprefix('api-').title().replace('_', '')}Page",
            {
                "results": shape(many=True),
                "next": serializers.CharField(
                    allow_null=True, help_text="The address of the next page; null on the last"
                ),
            },
        )
        return {200: envelope}

    def _problems(self) -> list[int]:
        found = {401, 403, 429}
        if self.write is not None:
            found |= {400, 409, 422}
            if self.write.takes is not Nothing:
                found |= {413, 415}
        if hasattr(self.view.handler, "takes"):
            found |= {400, 413, 415}
        elif self.view.action == "list":
            found.add(400)
        elif self.view.detail:
            found.add(404)
        return sorted(found)


def refuse_unknown_names(result: dict[str, Any], **_told: Any) -> dict[str, Any]:
    """Say of every body that it has no other names than these, as rcm.api.fields.Shape holds it."""
    for name, component in result["components"]["schemas"].items():
        if name.endswith("Request"):
            component["additionalProperties"] = False
    return result
