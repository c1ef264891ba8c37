using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>A connection that has a place until its transport is closed.</summary>
/// <param name="inner">The connection.</param>
/// <param name="admission">Where it has its place.</param>
internal sealed class AdmittedConnection(ConnectionContext inner, ConnectionAdmission admission) : ConnectionWrapper(inner)
{
    /// <summary>When it was accepted, on the monotonic clock.</summary>
    public required long Since { get; init; }

    /// <summary>Whether it has been asked to make room for another, which it does with its next response, or at once when it is idle.</summary>
    public bool IsAsked { get; set; }

    /// <summary>Its place among those that are open.</summary>
    public LinkedListNode<AdmittedConnection>? Place { get; set; }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await Inner.DisposeAsync();
        }
        finally
        {
            admission.Leave(this);
            await base.DisposeAsync();
        }
    }
}
