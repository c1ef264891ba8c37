using System.Net;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Yarp.ReverseProxy.Forwarder;

namespace Sidecar.Proxy.Forwarding;

/// <summary>Forwards a request with YARP's direct forwarder.</summary>
public sealed class YarpForwarder : IDisposable
{
    private readonly IHttpForwarder _forwarder;
    private readonly RequestTelemetry _telemetry;
    private readonly SidecarSettings _settings;
    private readonly HttpMessageInvoker _client;

    /// <summary>Opens the connection pool.</summary>
    /// <param name="forwarder">YARP.</param>
    /// <param name="telemetry">The sink for attempts.</param>
    /// <param name="settings">The configuration.</param>
    public YarpForwarder(IHttpForwarder forwarder, RequestTelemetry telemetry, SidecarSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);

        _forwarder = forwarder;
        _telemetry = telemetry;
        _settings = settings;
        _client = new HttpMessageInvoker(new FlushingHandler(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            // The sidecar's own client span is the application's parent.
            ActivityHeadersPropagator = null,
            ConnectTimeout = settings.Current.Upstream.ConnectTimeout,
        }));
    }

    /// <summary>Forwards a request to one target and leaves it answered, or marked with what went wrong.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">Its telemetry.</param>
    /// <param name="target">The target.</param>
    /// <returns>When the answer is complete.</returns>
    public async Task ForwardAsync(HttpContext context, RequestRecord record, Target target)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(target);

        var config = new ForwarderRequestConfig
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            ActivityTimeout = _settings.Current.Upstream.ResponseTimeout,
        };
        var attempt = _telemetry.OpenAttempt(record, target);
        try
        {
            var outcome = await _forwarder.SendAsync(context, target.Url, _client, config, new RequestTransformer(record, attempt));
            if (outcome != ForwarderError.None)
                await FailAsync(context, attempt, outcome);
        }
        finally
        {
            _telemetry.Close(attempt);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static Task FailAsync(HttpContext context, AttemptRecord attempt, ForwarderError outcome)
    {
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        var error = Classify(context, outcome, exception);
        attempt.Error = error == ProxyError.ClientDisconnected || error.StatusCode < 500 ? null : error;
        return context.FailAsync(error, UpstreamFailure.Describe(exception));
    }

    private static ProxyError Classify(HttpContext context, ForwarderError outcome, Exception? exception) => outcome switch
    {
        _ when context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted => ProxyError.ClientDisconnected,
        ForwarderError.RequestTimedOut => exception?.ToString().Contains("ConnectTimeout", StringComparison.Ordinal) == true ? ProxyError.ConnectionTimeout : ProxyError.ResponseTimeout,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled
            or ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled
            or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient => ProxyError.ClientDisconnected,
        ForwarderError.RequestBodyClient => ProxyError.RequestError,
        ForwarderError.ResponseBodyDestination or ForwarderError.UpgradeResponseDestination or ForwarderError.UpgradeRequestDestination => ProxyError.ResponseIncomplete,
        _ => UpstreamFailure.Classify(exception),
    };

    /// <summary>Copies the head as it came, except for what belongs to the hop.</summary>
    private sealed class RequestTransformer(RequestRecord record, AttemptRecord attempt) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            // The path goes on byte for byte: Uri would otherwise decode, resolve and encode it anew.
            proxyRequest.RequestUri = new Uri(string.Concat(destinationPrefix, record.Path, record.Query), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            RemoveNamedByConnection(httpContext.Request.Headers.Connection, proxyRequest);
            ForwardedHeaders.Apply(httpContext, proxyRequest.Headers);
            TraceHeaders.Apply(attempt.Trace, proxyRequest.Headers);
        }

        public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is null)
                return false;

            attempt.StatusCode = (int)proxyResponse.StatusCode;
            await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
            if (proxyResponse.Headers.NonValidated.TryGetValues("Connection", out var named))
            {
                foreach (var name in named.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries)))
                    httpContext.Response.Headers.Remove(name);
            }

            return true;
        }

        private static void RemoveNamedByConnection(Microsoft.Extensions.Primitives.StringValues connection, HttpRequestMessage request)
        {
            foreach (var name in connection.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
            {
                // RFC 9110, section 7.6.1. What frames the message is not the client's to take away.
                if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || name.Equals("Host", StringComparison.OrdinalIgnoreCase))
                    continue;
                request.Headers.Remove(name);
                request.Content?.Headers.Remove(name);
            }
        }
    }
}
