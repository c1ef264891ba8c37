using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>A connection that is another one in all but what a derived class changes.</summary>
/// <param name="inner">The other one.</param>
internal abstract class ConnectionWrapper(ConnectionContext inner) : ConnectionContext
{
    /// <summary>The other one.</summary>
    protected ConnectionContext Inner => inner;

    /// <inheritdoc />
    public override string ConnectionId
    {
        get => inner.ConnectionId;
        set => inner.ConnectionId = value;
    }

    /// <inheritdoc />
    public override IFeatureCollection Features => inner.Features;

    /// <inheritdoc />
    public override IDictionary<object, object?> Items
    {
        get => inner.Items;
        set => inner.Items = value;
    }

    /// <inheritdoc />
    public override IDuplexPipe Transport
    {
        get => inner.Transport;
        set => inner.Transport = value;
    }

    /// <inheritdoc />
    public override CancellationToken ConnectionClosed
    {
        get => inner.ConnectionClosed;
        set => inner.ConnectionClosed = value;
    }

    /// <inheritdoc />
    public override EndPoint? LocalEndPoint
    {
        get => inner.LocalEndPoint;
        set => inner.LocalEndPoint = value;
    }

    /// <inheritdoc />
    public override EndPoint? RemoteEndPoint
    {
        get => inner.RemoteEndPoint;
        set => inner.RemoteEndPoint = value;
    }

    /// <inheritdoc />
    public override void Abort(ConnectionAbortedException abortReason) => inner.Abort(abortReason);
}
