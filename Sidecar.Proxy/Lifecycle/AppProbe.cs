using System.Net.Sockets;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>Asks whether the application accepts connections.</summary>
/// <param name="targets">Where it listens.</param>
/// <param name="settings">The configuration.</param>
public sealed class AppProbe(TargetPool targets, SidecarSettings settings)
{
    /// <summary>Tries the targets in order.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether one of them accepted a connection.</returns>
    public async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        foreach (var target in targets.Targets)
        {
            if (await AcceptsAsync(target, cancellationToken))
                return true;
        }

        return false;
    }

    private async Task<bool> AcceptsAsync(Target target, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(settings.Current.Upstream.ConnectTimeout);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(target.Host, target.Port, timeout.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
