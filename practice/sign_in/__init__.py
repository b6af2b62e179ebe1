"""How people come in: what allauth and axes are told, and at which addresses their pages stand."""
