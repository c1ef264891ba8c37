using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Yarp.ReverseProxy.Forwarder;

namespace Sidecar.Proxy.Forwarding;

/// <summary>Forwards over HTTP/2 with YARP's direct forwarder.</summary>
public sealed class YarpForwarder : IForwarder, IDisposable
{
    private readonly IHttpForwarder _forwarder;
    private readonly SidecarSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _client;

    /// <summary>Opens the connection pool.</summary>
    /// <param name="forwarder">YARP.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="time">The clock.</param>
    public YarpForwarder(IHttpForwarder forwarder, SidecarSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);

        _forwarder = forwarder;
        _settings = settings;
        _time = time;
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
            PooledConnectionIdleTimeout = settings.Current.Upstream.IdleConnectionTimeout,
            PooledConnectionLifetime = settings.Current.Upstream.MaxConnectionAge,
            SslOptions = TlsClient.Options(settings.Current.Upstream, host: null),
        }));
    }

    /// <inheritdoc />
    public async Task<ForwardingFailure?> ForwardAsync(HttpContext context, AttemptRecord attempt)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(attempt);

        var options = _settings.Current;
        var config = new ForwarderRequestConfig
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = options.Upstream.ResponseTimeout,
        };
        var outcome = await SendAsync(context, attempt, config, new Transformer(attempt, options, _time));
        if (outcome == ForwarderError.None)
            return null;
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        var error = Classify(context, outcome, exception);
        return new(error, UpstreamFailure.Describe(exception), IsAppsFault: error.StatusCode >= 500);
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private async Task<ForwarderError> SendAsync(HttpContext context, AttemptRecord attempt, ForwarderRequestConfig config, Transformer transformer)
    {
        var record = attempt.Request;
        var (request, response) = (context.Request.Body, context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Request.Body = new CountingStream(request, count => record.BytesReceived += count);
        context.Features.Set<IHttpResponseBodyFeature>(new CountingResponseBody(response, count => record.BytesSent += count));
        try
        {
            return await _forwarder.SendAsync(context, attempt.Target.Url, _client, config, transformer);
        }
        finally
        {
            // An answer of the sidecar's own, which may follow, counts itself.
            context.Request.Body = request;
            context.Features.Set(response);
        }
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

    /// <summary>Copies the head by the rules that every transport shares.</summary>
    private sealed class Transformer(AttemptRecord attempt, SidecarOptions options, TimeProvider time) : HttpTransformer
    {
        public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            var record = attempt.Request;
            // The path goes on byte for byte: Uri would otherwise decode, resolve and encode it anew.
            proxyRequest.RequestUri = new Uri(string.Concat(destinationPrefix, record.Path, record.Query), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            OutgoingHeaders.Collect(httpContext, attempt, options.Headers, options.Tracing, proxyRequest, static (request, name, value) =>
            {
                if (!request.Headers.TryAddWithoutValidation(name, value))
                    request.Content?.Headers.TryAddWithoutValidation(name, value);
            });
            if (httpContext.Request.ContentLength is { } length && proxyRequest.Content is { } content)
                content.Headers.ContentLength = length;
            if (options.Headers.PreserveHost)
                proxyRequest.Headers.Host = record.Host;
            return default;
        }

        public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is null)
                return false;

            attempt.StatusCode = (int)proxyResponse.StatusCode;
            attempt.Request.FirstByteTimestamp = time.GetTimestamp();
            await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
            ResponseHeaders.Add(httpContext.Response, attempt.Request, options.Headers);
            return true;
        }
    }
}
