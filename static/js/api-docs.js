// The API's description as a page: Swagger UI, from our own server.
const page = document.getElementById("api-docs");
SwaggerUIBundle({
    url: page.dataset.schema,
    domNode: page,
    deepLinking: true,
    docExpansion: "none",
    persistAuthorization: false,
    validatorUrl: null,
});
