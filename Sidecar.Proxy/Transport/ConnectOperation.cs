namespace Sidecar.Proxy.Transport;

/// <summary>Opens a connection.</summary>
internal sealed class ConnectOperation : LoopOperation<bool>
{
    private readonly LoopSocket _socket;
    private readonly SocketAddress _address;
    private bool _hasBegun;

    /// <summary>Opens a connection on a socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="address">Where to.</param>
    public ConnectOperation(LoopSocket socket, SocketAddress address)
        : base(socket)
    {
        (_socket, _address) = (socket, address);
        socket.Writer = this;
    }

    /// <summary>Opens it.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>When it is open.</returns>
    public ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var opening = new ValueTask(this, Begin(cancellationToken));
        _socket.Schedule();
        return opening;
    }

    /// <inheritdoc />
    protected override bool TryRun(out bool result)
    {
        result = true;
        if (!_hasBegun)
        {
            _hasBegun = true;
            Libc.SetNoDelay(_socket.Fd);
            if (Libc.Connect(_socket.Fd, _address) is not 0 and var error)
                return error == Libc.InProgress ? false : throw Libc.Exception(error);
            return true;
        }

        if (!_socket.IsWritable)
            return false;
        return Libc.SocketError(_socket.Fd) is not 0 and var failure ? throw Libc.Exception(failure) : true;
    }
}
