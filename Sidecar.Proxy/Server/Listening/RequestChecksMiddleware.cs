using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>Answers what is rejected before anybody asks who sent it: heads that cannot be read, bodies too large, CONNECT and TRACE.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="settings">The configuration.</param>
public sealed class RequestChecksMiddleware(RequestDelegate next, SidecarSettings settings)
{
    /// <summary>Passes a request or rejects it.</summary>
    /// <param name="context">The request.</param>
    /// <returns>When it is over.</returns>
    public Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        if (context.Features.Get<Http1Request>()?.Rejection is { } rejection)
            return RejectAsync(context, rejection);
        var request = context.Request;
        if (request.Protocol == HttpProtocol.Http2 && Http2Request.Read(request, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is { } malformed)
            return RejectAsync(context, malformed);
        // Methods are case-sensitive (RFC 9110, section 9.1), but not to every application.
        if (HttpMethods.GetCanonicalizedValue(request.Method) is var known && known != request.Method)
            return context.FailAsync(ProxyError.MethodUnknown, $"the method is not spelt as {known}");
        if (request.ContentLength > settings.Current.Limits.MaxRequestBodyBytes)
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

    private static Task AnswerOptions(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.Allow = ProxyErrorResponse.Methods;
        return Task.CompletedTask;
    }

    private static Task RejectAsync(HttpContext context, Rejection rejection)
    {
        context.Features.Get<Http1Response>()?.EndConnection();
        return context.FailAsync(ProxyError.Refused(rejection.StatusCode), rejection.Reason);
    }
}
