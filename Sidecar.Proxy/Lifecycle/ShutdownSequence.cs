namespace Sidecar.Proxy.Lifecycle;

/// <summary>What happens between the wish to stop and the server's own end, whoever expressed it: a signal, <c>POST /drain</c> or the application's end.</summary>
/// <param name="drain">The end of the traffic.</param>
internal sealed class ShutdownSequence(Drain drain) : IHostedLifecycleService
{
    /// <inheritdoc />
    public Task StoppingAsync(CancellationToken cancellationToken) => drain.RunAsync(CancellationToken.None, cancellationToken);

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
