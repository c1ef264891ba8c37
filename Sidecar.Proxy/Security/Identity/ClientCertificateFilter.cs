using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Pipeline;
using Sidecar.Proxy.Security.Transport;

namespace Sidecar.Proxy.Security.Identity;

/// <summary>Gives each request what its connection's client has proved.</summary>
internal sealed class ClientCertificateFilter : IRequestFilter
{
    /// <inheritdoc />
    public RequestDelegate Apply(RequestDelegate next, SidecarOptions options) =>
        options.Listener.Tls.ClientCertificates.Mode == ClientCertificateMode.None ? next : context => PassAsync(context, next);

    private static Task PassAsync(HttpContext context, RequestDelegate next)
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

/// <summary>What the client of a connection has proved by its certificate; among the connection's features.</summary>
/// <param name="Identity">Who it is, or null when the certificate names nobody.</param>
/// <param name="Element">What the application is told of it, as an element of <see cref="ForwardedClientCertificate.Header"/>.</param>
internal sealed record ClientCertificate(string? Identity, string Element);
