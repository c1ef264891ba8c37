using System.Net.Sockets;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// Whether new requests should be sent here: the sidecar is not on its way out, and the application is ready, by a connection or by a path that the operator names.
/// </summary>
internal sealed class Readiness(Drain drain, Clusters clusters, SidecarSettings settings, TargetProbe probe, TimeProvider time)
{
    /// <summary>Tries the targets in order.</summary>
    /// <returns>Null when one of them is ready, else why the last one is not.</returns>
    public async Task<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        if (drain.IsDraining)
            return "the sidecar is draining";
        string? reason = null;
        foreach (var target in clusters.Default.Targets)
        {
            if ((reason = await WhyNotAsync(target, cancellationToken)) is null)
                return null;
        }

        return reason;
    }

    private async Task<string?> WhyNotAsync(Target target, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.Current.Lifecycle.ReadinessTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return settings.Current.Lifecycle.ReadinessPath is { } path ? await AskAsync(target, path, either.Token) : await ConnectAsync(target, either.Token);
        }
        catch (Exception exception) when (exception is SocketException or HttpRequestException)
        {
            return "the application does not accept connections";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "the application does not answer in time";
        }
    }

    private static async Task<string?> ConnectAsync(Target target, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(target.Host, target.Port, cancellationToken);
        return null;
    }

    private async Task<string?> AskAsync(Target target, string path, CancellationToken cancellationToken)
    {
        var status = await probe.GetStatusAsync(target, path, cancellationToken);
        return status < 400 ? null : string.Create(CultureInfo.InvariantCulture, $"the application answers {status} to {path}");
    }
}
