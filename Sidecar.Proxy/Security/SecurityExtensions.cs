namespace Sidecar.Proxy.Security;

/// <summary>Adds what finds out who is asking, and whether they may.</summary>
internal static class SecurityExtensions
{
    /// <summary>Adds the policies of authentication and authorization.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddSecurity(this IServiceCollection services)
    {
    }
}
