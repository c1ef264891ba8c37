using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Security.Identity;

/// <summary>Gives each request what its connection's client has proved.</summary>
internal sealed class ClientCertificateFilter : IRequestFilter
{
    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options) =>
        options.Listener.Tls.ClientCertificates.Mode == ClientCertificateMode.None ? next : context => PassAsync(context, next);

    private static ValueTask PassAsync(HttpContext context, RequestHandler next)
    {
        if (context.Features.Get<ClientCertificate>() is { } client)
        {
            var record = context.Features.GetRequiredFeature<RequestRecord>();
            record.ClientCertificate = client.Element;
            record.Identity = client.Identity;
            if (client.Identity is { } identity)
                record.Note("sidecar.client.identity", identity);
        }

        return next(context);
    }
}
