namespace Sidecar.Proxy.Transport;

/// <summary>What a transport knows of a connection besides its bytes.</summary>
internal interface ITransportFeature
{
    /// <summary>The number of its file descriptor.</summary>
    nint Handle { get; }

    /// <summary>Whether its socket has been closed.</summary>
    bool IsClosed { get; }

    /// <summary>Whether the thread that asks is the one that hears of its bytes.</summary>
    bool IsLocal { get; }

    /// <summary>Whether there is something to read, be it the end: asks the operating system, from any thread.</summary>
    bool HasInput { get; }

    /// <summary>Cancelled when the peer has ended its half, or is gone.</summary>
    CancellationToken Ended { get; }

    /// <summary>Cancelled when the peer is gone: it has reset the connection, or the network has lost it.</summary>
    CancellationToken Broken { get; }

    /// <summary>Its bytes, for whoever opened it.</summary>
    Stream Stream { get; }

    /// <summary>Says that nothing more will be sent, and keeps listening; what has been flushed goes first.</summary>
    /// <param name="time">The clock.</param>
    /// <returns>When that is with the operating system, or on its way there.</returns>
    ValueTask ShutdownSendAsync(TimeProvider time);
}
