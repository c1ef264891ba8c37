using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Server;
using Sidecar.Proxy.Upstream.Targets;
using Yarp.ReverseProxy.Forwarder;

namespace Sidecar.Proxy.Upstream.Http2;

/// <summary>Forwards over HTTP/2 with YARP's direct forwarder.</summary>
/// <param name="forwarder">YARP.</param>
/// <param name="clients">Who sends.</param>
/// <param name="connections">What is known of the connections.</param>
/// <param name="settings">The configuration.</param>
/// <param name="time">The clock.</param>
internal sealed class Http2Forwarder(IHttpForwarder forwarder, Http2Clients clients, Http2Connections connections, SidecarSettings settings, TimeProvider time) : IForwarder
{
    private static readonly ForwarderRequestConfig Config = new()
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        // The deadline knows what an attempt is waiting for.
        ActivityTimeout = Timeout.InfiniteTimeSpan,
    };

    /// <inheritdoc />
    public async ValueTask<ForwardingFailure?> ForwardAsync(HttpContext context, Target target, AttemptRecord attempt, ForwardingRules? rules)
    {
        var client = clients.Enter(target.Cluster);
        try
        {
            using var deadline = new ForwardingDeadline(time);
            deadline.Begin(attempt, rules, target.Cluster.Options);
            if (client.Room(target) is not { } room)
                return await ForwardAsync(context, target, attempt, rules, client.Invoker, deadline);
            if (await WhyNoRoomAsync(room, rules?.Connect ?? client.Options.ConnectTimeout, deadline.Token, context.RequestAborted) is { } failure)
                return failure;
            try
            {
                return await ForwardAsync(context, target, attempt, rules, client.Invoker, deadline);
            }
            finally
            {
                room.Release();
            }
        }
        finally
        {
            client.Exit();
        }
    }

    private static async ValueTask<ForwardingFailure?> WhyNoRoomAsync(SemaphoreSlim room, TimeSpan patience, CancellationToken late, CancellationToken gone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late, gone);
        try
        {
            return await room.WaitAsync(patience, either.Token) ? null : new(ProxyError.ConnectionLimitReached, "all connections to the target are in use", IsAppsFault: false);
        }
        catch (OperationCanceledException)
        {
            return gone.IsCancellationRequested ? ForwardingFailure.ClientGone : new(ProxyError.ResponseTimeout, null, IsUnsent: true);
        }
    }

    private async Task<ForwardingFailure?> ForwardAsync(HttpContext context, Target target, AttemptRecord attempt, ForwardingRules? rules, HttpMessageInvoker invoker, ForwardingDeadline deadline)
    {
        var outcome = await SendAsync(context, target, attempt, rules, invoker, deadline);
        attempt.Request.UpstreamAddress ??= connections.AddressOf(target);
        if (outcome == ForwarderError.None)
        {
            // YARP answers a handshake itself that it cannot pass on.
            return attempt.StatusCode > 0 ? null : new(ProxyError.RequestError, "Sec-WebSocket-Key is not 16 bytes in base64", IsAppsFault: false);
        }

        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        var error = Classify(context, outcome, exception, deadline);
        var isTimeout = error == ProxyError.ResponseTimeout || error == ProxyError.ConnectionReadTimeout;
        return new(error, isTimeout ? null : UpstreamFailure.Describe(exception), IsAppsFault: error.StatusCode >= 500, IsUnsent: IsUnsent(exception));
    }

    private async Task<ForwarderError> SendAsync(HttpContext context, Target target, AttemptRecord attempt, ForwardingRules? rules, HttpMessageInvoker invoker, ForwardingDeadline deadline)
    {
        var record = attempt.Request;
        var (request, response) = (context.Request.Body, context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        var upgrade = new ClientUpgrade(context, record, deadline);
        context.Request.Body = new ClientStream(request, record, deadline);
        context.Features.Set<IHttpResponseBodyFeature>(new ClientResponseBody(response, new ClientStream(response.Stream, record, deadline)));
        upgrade.Install();
        deadline.IsRequestSent = context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };
        deadline.Progress();
        try
        {
            return await forwarder.SendAsync(context, target.Url, invoker, Config, new Transformer(target, attempt, rules, settings.Current, connections, deadline, time), deadline.Token);
        }
        finally
        {
            // A response of the sidecar's own, which may follow, counts itself.
            context.Request.Body = request;
            context.Features.Set(response);
            upgrade.Remove();
        }
    }

    private static ProxyError Classify(HttpContext context, ForwarderError outcome, Exception? exception, ForwardingDeadline deadline) => outcome switch
    {
        _ when deadline.IsOver => deadline.IsResponseBegun ? ProxyError.ConnectionReadTimeout : ProxyError.ResponseTimeout,
        _ when context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted => ProxyError.ClientDisconnected,
        ForwarderError.RequestTimedOut => ProxyError.ConnectionTimeout,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled
            or ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled
            or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient => ProxyError.ClientDisconnected,
        // A Host that .NET takes for none, with a port of six digits for instance.
        ForwarderError.RequestCreation when exception is FormatException => ProxyError.RequestError,
        ForwarderError.RequestBodyClient => ProxyError.RequestError,
        ForwarderError.ResponseBodyDestination or ForwarderError.UpgradeResponseDestination or ForwarderError.UpgradeRequestDestination => ProxyError.ResponseIncomplete,
        _ => UpstreamFailure.Classify(exception),
    };

    private static bool IsUnsent(Exception? exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
    };

    /// <summary>Copies the head by the rules that every transport shares.</summary>
    private sealed class Transformer(Target target, AttemptRecord attempt, ForwardingRules? rules, SidecarOptions options, Http2Connections connections, ForwardingDeadline deadline, TimeProvider time) : HttpTransformer
    {
        public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            var record = attempt.Request;
            // The path goes on byte for byte: Uri would otherwise decode, resolve and encode it anew.
            // HttpClient knows no asterisk-form.
            var path = record.Path == "*" ? "/" : record.Edits?.Path ?? record.Path;
            proxyRequest.RequestUri = new Uri(string.Concat(destinationPrefix, path, record.Query), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            OutgoingHeaders.Collect(httpContext, attempt, options.Headers, options.Tracing, proxyRequest, static (request, name, value) =>
            {
                if (!request.Headers.TryAddWithoutValidation(name, value))
                    request.Content?.Headers.TryAddWithoutValidation(name, value);
            });
            if (httpContext.Request.ContentLength is { } length && proxyRequest.Content is { } content)
                content.Headers.ContentLength = length;
            if (proxyRequest.Content is not null && (httpContext.Features.Get<Http1Request>()?.Head.ExpectsContinue ?? httpContext.Request.Headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase)))
                proxyRequest.Headers.ExpectContinue = true;
            proxyRequest.Headers.Host = record.Edits?.Host is { } host ? host : options.Headers.PreserveHost ? record.Host : target.Authority;
            if (target.Name != target.Host)
                proxyRequest.Options.Set(Http2Connections.Name, target.Name);
            if (rules?.Connect is { } connect)
                proxyRequest.Options.Set(Http2Connections.ConnectTimeout, connect);
            return default;
        }

        public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is null)
                return false;

            attempt.StatusCode = (int)proxyResponse.StatusCode;
            attempt.Request.FirstByteTimestamp = time.GetTimestamp();
            attempt.Request.UpstreamAddress = connections.AddressOf(target);
            deadline.IsResponseBegun = true;
            deadline.Progress();
            if (HoldsBack(proxyResponse))
                return false;
            await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
            ResponseHeaders.Add(httpContext.Response, attempt.Request, options.Headers);
            return true;
        }

        private bool HoldsBack(HttpResponseMessage response) =>
            rules?.Retries is { } retries && retries.Covers(attempt.StatusCode)
            && retries.HoldsBack(attempt, response.Headers.NonValidated.TryGetValues(HeaderNames.RetryAfter, out var after) ? after.ToString() : null);
    }
}
