// Shows the contract of this very server. "Authorize" takes a token (storefleet login uses the same) and keeps it
// in this browser, so that a reload does not ask again.
window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
})
