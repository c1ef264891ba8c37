namespace SidecarAspire.Pods.Tests.Pods;

/// <summary>The Pod as it is published by default, up once for the tests that only look at it.</summary>
/// <param name="node">Where it runs.</param>
public sealed class NativePod(Node node) : IAsyncLifetime
{
    private Pod? _pod;

    internal Pod Pod
    {
        get
        {
            Node.Require();
            return _pod.ShouldNotBeNull();
        }
    }

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => _pod = Node.IsPossible ? await Pod.StartAsync(node) : null;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_pod is not null)
            await _pod.DisposeAsync();
    }
}
