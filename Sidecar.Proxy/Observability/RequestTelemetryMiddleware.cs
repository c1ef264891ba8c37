using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Sidecar.Proxy.Observability;

/// <summary>Opens the request's telemetry first and closes it last.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="telemetry">The sink.</param>
public sealed class RequestTelemetryMiddleware(RequestDelegate next, RequestTelemetry telemetry)
{
    /// <summary>Passes a request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>When it is over.</returns>
    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        var record = Describe(context);
        context.Features.Set(record);
        telemetry.Open(record);
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Response.HasStarted || !context.RequestAborted.IsCancellationRequested)
                record.StatusCode = context.Response.StatusCode;
            telemetry.Close(record);
        }
    }

    private static RequestRecord Describe(HttpContext context)
    {
        var request = context.Request;
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = rawTarget.IndexOf('?', StringComparison.Ordinal);
        return new()
        {
            Method = request.Method,
            Scheme = request.Scheme,
            Host = request.Headers.Host.ToString(),
            Path = query < 0 ? rawTarget : rawTarget[..query],
            Query = query < 0 ? "" : rawTarget[query..],
            ProtocolVersion = Version(request.Protocol),
            ClientAddress = context.Connection.RemoteIpAddress,
            ClientPort = context.Connection.RemotePort,
            UserAgent = request.Headers.UserAgent.Count == 0 ? null : request.Headers.UserAgent.ToString(),
            TraceParent = request.Headers.TraceParent.Count == 1 ? request.Headers.TraceParent[0] : null,
            TraceState = request.Headers.TraceState.Count == 0 ? null : request.Headers[HeaderNames.TraceState].ToString(),
        };
    }

    private static string Version(string protocol) => protocol switch
    {
        "HTTP/1.1" => "1.1",
        "HTTP/2" => "2",
        "HTTP/1.0" => "1.0",
        "HTTP/3" => "3",
        _ => protocol,
    };
}
