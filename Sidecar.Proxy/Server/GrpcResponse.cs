namespace Sidecar.Proxy.Server;

/// <summary>
/// The sidecar's own response to a gRPC client, which reads <c>grpc-status</c> and not the status code: headers only, with 200
/// (gRPC over HTTP/2, "Trailers-Only").
/// </summary>
internal static class GrpcResponse
{
    private const string ContentType = "application/grpc";

    /// <summary>Whether a request is gRPC. gRPC-Web is not: its clients are browsers, and see status codes.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsFor(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) && (type.Length == ContentType.Length || type[ContentType.Length] is '+' or ';');

    /// <summary>Writes the head; there is no body.</summary>
    /// <param name="response">The response.</param>
    /// <param name="error">What happened.</param>
    public static void Write(HttpResponse response, ProxyError error)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.Headers["grpc-status"] = StatusOf(error.StatusCode);
        response.Headers["grpc-message"] = error.Detail;
    }

    // By gRPC's own mapping of status codes (doc/http-grpc-status-mapping.md), except that what is late is DEADLINE_EXCEEDED, as the client itself calls it.
    private static string StatusOf(int statusCode) => statusCode switch
    {
        400 => "13",
        401 => "16",
        403 => "7",
        404 => "12",
        504 => "4",
        429 or 502 or 503 => "14",
        _ => "2",
    };
}
