using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>Answers what is rejected before anybody asks who sent it: heads that cannot be read, bodies too large, CONNECT and TRACE.</summary>
internal sealed class RequestChecksFilter : IRequestFilter
{
    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options) => context => PassAsync(context, options.Limits, next);

    private static ValueTask PassAsync(HttpContext context, LimitOptions limits, RequestHandler next)
    {
        if (context.Features.Get<Http1Request>()?.Rejection is { } rejection)
            return RejectAsync(context, rejection);
        var request = context.Request;
        if (request.Protocol == HttpProtocol.Http2 && Http2Request.Read(request, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is { } malformed)
            return RejectAsync(context, malformed);
        // Methods are case-sensitive (RFC 9110, section 9.1), but not to every application.
        if (HttpMethods.GetCanonicalizedValue(request.Method) is var known && known != request.Method)
            return context.FailAsync(ProxyError.MethodUnknown, $"the method is not spelt as {known}");
        if (request.ContentLength > limits.MaxRequestBodyBytes)
            return RejectAsync(context, new(StatusCodes.Status413PayloadTooLarge, "the body is too large"));
        if (HttpMethods.IsOptions(request.Method) && request.Headers["Max-Forwards"] is { Count: 1 } hops && int.TryParse(hops, NumberStyles.None, CultureInfo.InvariantCulture, out var left))
        {
            // RFC 9110, section 7.6.2.
            if (left == 0)
                return AnswerOptions(context.Response);
            request.Headers["Max-Forwards"] = (left - 1).ToString(CultureInfo.InvariantCulture);
        }

        var isConnect = HttpMethods.IsConnect(request.Method) && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true };
        return isConnect || HttpMethods.IsTrace(request.Method) ? context.FailAsync(ProxyError.MethodRefused, "the method is refused") : next(context);
    }

    private static ValueTask AnswerOptions(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.Allow = ProxyErrorResponse.Methods;
        return default;
    }

    private static ValueTask RejectAsync(HttpContext context, Rejection rejection)
    {
        context.Features.Get<Http1Response>()?.EndConnection();
        return context.FailAsync(ProxyError.Refused(rejection.StatusCode), rejection.Reason);
    }
}
