using Microsoft.AspNetCore.Http.Features;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;

namespace Sidecar.Proxy.Listening;

/// <summary>Answers what is refused before anybody asks who sent it: bad framing, bodies too large, CONNECT and TRACE.</summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="settings">The configuration.</param>
public sealed class RequestChecksMiddleware(RequestDelegate next, SidecarSettings settings)
{
    /// <summary>Passes a request or refuses it.</summary>
    /// <param name="context">The request.</param>
    /// <returns>When it is over.</returns>
    public Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        if (context.Features.Get<RequestGate>()?.Refusal is { } refusal)
            return RefuseAsync(context, refusal);
        var request = context.Request;
        if (request.Protocol == HttpProtocol.Http2 && Http2Request.Read(request, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is { } malformed)
            return RefuseAsync(context, malformed);
        // Methods are case-sensitive (RFC 9110, section 9.1), but not to every application.
        if (HttpMethods.GetCanonicalizedValue(request.Method) is var known && known != request.Method)
            return context.FailAsync(ProxyError.MethodUnknown, $"the method is not spelt as {known}");
        if (request.ContentLength > settings.Current.Limits.MaxRequestBodyBytes)
            return RefuseAsync(context, new(StatusCodes.Status413PayloadTooLarge, "the body is too large"));
        var isConnect = HttpMethods.IsConnect(request.Method) && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true };
        return isConnect || HttpMethods.IsTrace(request.Method) ? context.FailAsync(ProxyError.MethodRefused, "the method is refused") : next(context);
    }

    private static Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        if (context.Request.Protocol == HttpProtocol.Http11)
            context.Response.Headers.Connection = "close";
        return context.FailAsync(ProxyError.Refused(refusal.StatusCode), refusal.Reason);
    }
}
