using Sidecar.Proxy.Security.Access;
using Sidecar.Proxy.Security.ApiKeys;
using Sidecar.Proxy.Security.Jwt;
using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Security;

/// <summary>Adds what finds out who is asking, and whether they may.</summary>
internal static class SecurityExtensions
{
    /// <summary>Adds credentials, keys and certificates, and who watches them.</summary>
    public static void AddSecurity(this IServiceCollection services)
    {
        services.AddSingleton<CredentialWatch>().AddSingleton<CertificateExpiry>();
        services.AddSingleton<AccessMetrics>().AddSingleton<ApiKeyRings>();
        services.AddSingleton<JwksMetrics>().AddSingleton<KeySets>().AddHostedService(static provider => provider.GetRequiredService<KeySets>());
    }
}
