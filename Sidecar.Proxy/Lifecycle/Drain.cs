namespace Sidecar.Proxy.Lifecycle;

/// <summary>Whether the sidecar is on its way out.</summary>
public sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource _begun = new();

    /// <summary>Whether it has begun: readiness fails, and connections are told to close.</summary>
    public bool HasBegun => _begun.IsCancellationRequested;

    /// <summary>Begins it; once is enough.</summary>
    public void Begin() => _begun.Cancel();

    /// <inheritdoc />
    public void Dispose() => _begun.Dispose();
}
