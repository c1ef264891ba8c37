using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>Certificates, keys and authorities that change while a sidecar runs.</summary>
internal static class CredentialFiles
{
    /// <summary>Has the sidecar look at them now. Twice: what has changed is taken when it stands still.</summary>
    public static void LookAtCredentials(this RunningSidecar sidecar)
    {
        var watch = sidecar.Services.GetRequiredService<CredentialWatch>();
        watch.Look();
        watch.Look();
    }
}
