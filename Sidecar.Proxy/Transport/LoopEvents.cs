namespace Sidecar.Proxy.Transport;

/// <summary>What epoll tells of a descriptor, by the kernel's numbers.</summary>
[Flags]
internal enum LoopEvents : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>There is something to read.</summary>
    Readable = 0x1,

    /// <summary>There is room to write.</summary>
    Writable = 0x4,

    /// <summary>It has failed: a reset, for instance.</summary>
    Failed = 0x8,

    /// <summary>Both halves are over.</summary>
    Over = 0x10,

    /// <summary>The peer has ended its half.</summary>
    Ended = 0x2000,

    /// <summary>Changes are told, not states.</summary>
    EdgeTriggered = 1u << 31,
}
