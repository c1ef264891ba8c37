using System.Net;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Forwarding.Http1;

namespace Sidecar.Proxy.Direct;

/// <summary>Where the direct way leads, and by which configuration.</summary>
/// <param name="Options">The configuration.</param>
/// <param name="Target">The target.</param>
/// <param name="Pool">The connections to it.</param>
internal sealed record DirectWay(SidecarOptions Options, Target Target, UpstreamPool Pool)
{
    /// <summary>Whether a client's forwarded headers are believed.</summary>
    /// <param name="client">The client.</param>
    /// <returns>Whether they are.</returns>
    public bool Trusts(IPAddress? client) => OutgoingHeaders.IsTrusted(client, Options.Headers);
}
