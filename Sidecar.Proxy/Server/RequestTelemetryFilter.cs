using System.Runtime.CompilerServices;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.Tracing;

namespace Sidecar.Proxy.Server;

/// <summary>Opens the request's telemetry first and closes it last.</summary>
/// <param name="telemetry">The sink.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestTelemetryFilter(RequestTelemetry telemetry, TimeProvider time) : IRequestFilter
{
    // What a request line that cannot be read leaves open.
    internal const string Unknown = "-";

    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options) => context => PassAsync(context, options, next);

    [AsyncMethodBuilder(typeof(PooledTask))]
    private async ValueTask PassAsync(HttpContext context, SidecarOptions options, RequestHandler next)
    {
        var http1 = context.Features.Get<Http1Request>();
        var record = (RequestRecord)(http1?.Kept ?? new RequestRecord { Method = "", Scheme = "", Host = "", Path = "", ProtocolVersion = "" });
        http1?.Kept = record;
        Describe(record, context, http1?.Head, options.Tracing);
        if (options.Headers.RequestId)
            record.RequestId = RequestIdOf(context, http1?.Head);
        context.Features.Set(record);
        telemetry.Open(record);
        try
        {
            await next(context);
        }
        catch (Exception exception)
        {
            // Nothing below is meant to throw; what does must neither end as a stack trace nor as half a response that looks whole.
            await context.FailAsync(Name(context, exception), $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
            telemetry.Explain(exception);
        }
        finally
        {
            var isGone = record.Error == ProxyError.ClientDisconnected || context.RequestAborted.IsCancellationRequested;
            if (context.Response.HasStarted || !isGone)
                record.StatusCode = context.Response.StatusCode;
            telemetry.Close(record);
        }
    }

    private static ProxyError Name(HttpContext context, Exception exception) => exception switch
    {
        _ when context.RequestAborted.IsCancellationRequested => ProxyError.ClientDisconnected,
        BadHttpRequestException bad => ProxyError.RequestError with { StatusCode = bad.StatusCode },
        _ => ProxyError.Internal,
    };

    private static void Describe(RequestRecord record, HttpContext context, RequestHead? head, TracingOptions tracing)
    {
        var request = context.Request;
        var target = head is null ? context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget : "";
        var query = target.IndexOf('?', StringComparison.Ordinal);
        record.Reset();
        record.Method = context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } ? HttpMethods.Get : Or(request.Method, Unknown);
        record.Scheme = request.Scheme;
        record.Host = head?.Host ?? request.Headers.Host.ToString();
        record.Path = Or(head?.Path ?? (query < 0 ? target : target[..query]), Unknown);
        record.Query = head?.Query ?? (query < 0 ? "" : target[query..]);
        record.ProtocolVersion = Version(request.Protocol);
        record.ClientAddress = context.Connection.RemoteIpAddress;
        record.ClientPort = context.Connection.RemotePort;
        record.UserAgent = head is not null ? head.UserAgent : request.Headers.UserAgent.Count == 0 ? null : HttpText.Read(request.Headers.UserAgent.ToString());
        record.ConnectionOptions = head?.ConnectionOptions;
        record.TraceParent = request.Headers.TraceParent.Count == 1 ? request.Headers.TraceParent[0] : null;
        record.TraceState = request.Headers.TraceState.Count == 0 ? null : request.Headers[HeaderNames.TraceState].ToString();
        record.B3 = tracing.UsesB3 || tracing.UsesB3Multi ? B3.Read(request.Headers) : null;
    }

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    private string RequestIdOf(HttpContext context, RequestHead? head) =>
        context.Request.Headers["X-Request-Id"] is { Count: 1 } given && RequestId.IsOne(given[0]) && head?.ConnectionOptions?.Contains("X-Request-Id", StringComparer.OrdinalIgnoreCase) != true
            ? given[0]!
            : RequestId.New(time.GetUtcNow());

    /// <summary>A protocol's version as telemetry names it.</summary>
    /// <param name="protocol">The protocol as ASP.NET Core names it.</param>
    /// <returns>The number alone.</returns>
    internal static string Version(string protocol) => protocol switch
    {
        "HTTP/1.1" => "1.1",
        "HTTP/2" or "HTTP/2.0" => "2",
        "HTTP/1.0" => "1.0",
        "HTTP/3" => "3",
        _ => Unknown,
    };
}
