using Microsoft.AspNetCore.Http.Features;
using Sidecar.Proxy.Admin;
using Sidecar.Proxy.Forwarding;

namespace Sidecar.Proxy.Observability;

/// <summary>
/// Has the requests that Kestrel refuses itself, before a pipeline runs, told like all others. Kestrel names them on its diagnostic
/// source: whatever HTTP/1 head it cannot read, finds too large or waits for too long.
/// </summary>
/// <param name="telemetry">The sink.</param>
internal sealed class ServerRefusals(RequestTelemetry telemetry) : IObserver<KeyValuePair<string, object?>>
{
    /// <summary>Kestrel's name for a request it refuses.</summary>
    public const string EventName = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <inheritdoc />
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key != EventName || value.Value is not IFeatureCollection features)
            return;
        // The admin port's own; or a request that did reach the pipeline, which tells of it itself.
        if (features.Get<AdminListener>() is not null || features.Get<RequestRecord>() is not null)
            return;

        var bad = features.Get<IBadRequestExceptionFeature>()?.Error as BadHttpRequestException;
        var request = features.Get<IHttpRequestFeature>();
        var connection = features.Get<IHttpConnectionFeature>();
        var target = Or(request?.RawTarget, "-");
        var query = target.IndexOf('?', StringComparison.Ordinal);
        telemetry.Refuse(new()
        {
            Method = Or(request?.Method, "-"),
            Scheme = Or(request?.Scheme, Uri.UriSchemeHttp),
            Host = "",
            Path = query < 0 ? target : target[..query],
            Query = query < 0 ? "" : target[query..],
            ProtocolVersion = RequestTelemetryMiddleware.Version(Or(request?.Protocol, "HTTP/1.1")),
            ClientAddress = connection?.RemoteIpAddress,
            ClientPort = connection?.RemotePort ?? 0,
            StatusCode = bad?.StatusCode ?? StatusCodes.Status400BadRequest,
            Error = ProxyError.RequestError,
            ErrorDetail = bad?.Message,
        });
    }

    /// <inheritdoc />
    public void OnCompleted()
    {
    }

    /// <inheritdoc />
    public void OnError(Exception error)
    {
    }

    private static string Or(string? value, string otherwise) => string.IsNullOrEmpty(value) ? otherwise : value;
}
