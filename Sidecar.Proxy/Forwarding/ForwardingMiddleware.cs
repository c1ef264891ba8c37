using Microsoft.AspNetCore.Http.Features;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Forwarding;

/// <summary>The end of the pipeline: the request goes to the application.</summary>
/// <param name="forwarder">The transport.</param>
/// <param name="targets">Where to.</param>
public sealed class ForwardingMiddleware(YarpForwarder forwarder, TargetPool targets) : IMiddleware
{
    /// <inheritdoc />
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);

        var record = context.Features.GetRequiredFeature<RequestRecord>();
        return forwarder.ForwardAsync(context, record, targets.Next());
    }
}
