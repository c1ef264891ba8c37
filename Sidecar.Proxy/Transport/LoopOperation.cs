namespace Sidecar.Proxy.Transport;

/// <summary>Something that waits for a socket.</summary>
internal abstract class LoopOperation
{
    /// <summary>Whether somebody waits for it.</summary>
    public abstract bool IsPending { get; }

    /// <summary>Goes on with it, and with whoever waits for it; on the loop's thread only.</summary>
    public abstract void Advance();
}
