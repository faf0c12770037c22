// Shows the contract of this very server. "Authorize" takes a token (storefleet login uses the same) and keeps it
// in this browser, so that a reload does not ask again.
//
// Who has logged in (here by POST /api/v1/auth/login, or in the dashboard) has a cookie instead. Changes then need the
// session's proof as X-CSRF-Token, which the server tells in /api/v1/me.
async function withProof(request) {
  const changes = !["GET", "HEAD"].includes((request.method ?? "GET").toUpperCase())
  const headers = request.headers ?? {}
  if (!changes || headers.Authorization || request.loadSpec || new URL(request.url, location.href).origin !== location.origin) {
    return request
  }
  const answer = await fetch("/api/v1/me").catch(() => undefined)
  const me = answer?.ok ? await answer.json() : {}
  if (me.csrfToken) request.headers = { ...headers, "X-CSRF-Token": me.csrfToken }
  return request
}

window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  requestInterceptor: withProof,
})
