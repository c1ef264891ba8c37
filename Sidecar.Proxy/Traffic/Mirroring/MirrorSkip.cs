namespace Sidecar.Proxy.Traffic.Mirroring;

/// <summary>Why a copy was not sent.</summary>
internal enum MirrorSkip
{
    /// <summary>As many as there may be are on their way.</summary>
    Busy,

    /// <summary>The body is larger than <see cref="MirrorOptions.MaxBodyBytes"/>.</summary>
    TooLarge,

    /// <summary>The bodies that are kept for mirrors have no room for another.</summary>
    NoRoom,

    /// <summary>The body did not come to its end, or nobody read it to its end.</summary>
    Incomplete,

    /// <summary>There is no target that may be used.</summary>
    Unavailable,
}
