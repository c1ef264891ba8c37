namespace SidecarAspire.Bench.Compare;

/// <summary>What a proxy stands in front of.</summary>
internal enum AppKind
{
    /// <summary>nginx with answers ready, never the bottleneck.</summary>
    Static,

    /// <summary>The legacy app, on Express.</summary>
    Express,

    /// <summary>A WebSocket echo, in this process.</summary>
    Echo,
}
