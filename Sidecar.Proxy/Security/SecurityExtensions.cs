using Sidecar.Proxy.Pipeline;
using Sidecar.Proxy.Security.Access;
using Sidecar.Proxy.Security.ApiKeys;
using Sidecar.Proxy.Security.ExternalAuthorization;
using Sidecar.Proxy.Security.Identity;
using Sidecar.Proxy.Security.Jwt;
using Sidecar.Proxy.Security.Transport;

namespace Sidecar.Proxy.Security;

/// <summary>Adds what finds out who is asking, and whether they may.</summary>
internal static class SecurityExtensions
{
    /// <summary>Adds the policies of authentication and authorization.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddSecurity(this IServiceCollection services)
    {
        services.AddSingleton<CredentialWatch>().AddSingleton<CertificateExpiry>();
        services.AddSingleton<AccessMetrics>().AddSingleton<ApiKeyRings>().AddSingleton<ExternalAuthorizationMetrics>();
        services.AddSingleton<JwksMetrics>().AddSingleton<KeySets>().AddHostedService(static provider => provider.GetRequiredService<KeySets>());
        services.AddPolicy<ClientCertificatePolicy>();
        services.AddPolicy<AccessPolicy>();
        services.AddPolicy<ExternalAuthorizationPolicy>();
    }
}
