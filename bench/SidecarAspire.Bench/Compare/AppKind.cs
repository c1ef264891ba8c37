namespace SidecarAspire.Bench.Compare;

/// <summary>What a proxy stands in front of.</summary>
internal enum AppKind
{
    /// <summary>nginx with responses ready, never the bottleneck.</summary>
    Static,

    /// <summary>A WebSocket echo, in this process.</summary>
    Echo,

    /// <summary>A gRPC service, in this process.</summary>
    Grpc,
}
