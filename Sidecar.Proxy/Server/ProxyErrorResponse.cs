using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Sidecar.Proxy.Server;

/// <summary>Answers in the sidecar's own name: problem details (RFC 9457) and a Proxy-Status header (RFC 9209).</summary>
public static class ProxyErrorResponse
{
    /// <summary>The methods that the sidecar forwards, besides those that it does not know.</summary>
    internal const string Methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    /// <summary>Writes the response, if none has been started.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What happened.</param>
    /// <param name="record">The request's telemetry, for its ids.</param>
    /// <param name="header">One more header, Retry-After for instance.</param>
    /// <returns>When it is written.</returns>
    public static async ValueTask WriteAsync(HttpContext context, ProxyError error, RequestRecord record, (string Name, string Value)? header = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(record);

        var response = context.Response;
        if (response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return;

        response.Clear();
        response.StatusCode = error.StatusCode;
        response.Headers.CacheControl = "no-store";
        response.Headers["Proxy-Status"] = $"{ProxyStatus.Name}; error={error.Token}";
        if (header is { } more)
            response.Headers[more.Name] = more.Value;
        if (record.RequestId is { } id)
            response.Headers["X-Request-Id"] = id;
        if (error == ProxyError.MethodRefused)
            response.Headers.Allow = Methods;
        if (GrpcResponse.IsFor(context.Request))
            GrpcResponse.Write(response, error);
        else
            await WriteProblemAsync(context, error, record);
    }

    /// <summary>The problem details.</summary>
    /// <param name="error">What happened.</param>
    /// <param name="record">The request's telemetry, for its trace.</param>
    /// <returns>JSON.</returns>
    internal static ArrayBufferWriter<byte> Body(ProxyError error, RequestRecord record)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("type"u8, "about:blank"u8);
        json.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(error.StatusCode));
        json.WriteNumber("status"u8, error.StatusCode);
        json.WriteString("detail"u8, error.Detail);
        json.WriteString("traceId"u8, record.Trace.TraceId.ToHexString());
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    /// <summary>Notes the failure for telemetry and answers with it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What happened.</param>
    /// <param name="detail">What exactly happened, for the log; never sent.</param>
    /// <param name="header">One more header for the response, Retry-After for instance.</param>
    /// <returns>When the response is written.</returns>
    public static ValueTask FailAsync(this HttpContext context, ProxyError error, string? detail = null, (string Name, string Value)? header = null)
    {
        ArgumentNullException.ThrowIfNull(context);

        var record = context.Features.GetRequiredFeature<RequestRecord>();
        record.Error = error;
        record.ErrorDetail = detail;
        record.IsBrokenOff = context.Response.HasStarted || record.BytesSent > 0;
        if (record.IsBrokenOff || error == ProxyError.ClientDisconnected)
        {
            // What was sent must not pass for the whole response; and nobody is left for another.
            context.Abort();
            return default;
        }

        return WriteAsync(context, error, record, header);
    }

    private static async Task WriteProblemAsync(HttpContext context, ProxyError error, RequestRecord record)
    {
        var (response, body) = (context.Response, Body(error, record));
        response.ContentType = "application/problem+json";
        response.ContentLength = body.WrittenCount;
        // Methods are case-sensitive (RFC 9110, section 9.1), and the server leaves the body out for this spelling alone.
        if (context.Request.Method == "HEAD")
            return;
        await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
        record.BytesSent += body.WrittenCount;
    }
}
