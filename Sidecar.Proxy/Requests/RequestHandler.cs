namespace Sidecar.Proxy.Requests;

/// <summary>Handles a request. Unlike <see cref="RequestDelegate"/> it returns no Task, which could not be used again for the next request.</summary>
/// <param name="context">The request.</param>
/// <returns>When its response is over.</returns>
internal delegate ValueTask RequestHandler(HttpContext context);
