using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Listening;

/// <summary>A connection as the second listener sees it: everything is the first one's, except for its end.</summary>
/// <param name="inner">The connection.</param>
internal sealed class HandedConnection(ConnectionContext inner) : ConnectionWrapper(inner)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the second listener is done with it.</summary>
    public Task Done => _done.Task;

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _done.TrySetResult();
        return base.DisposeAsync();
    }
}
