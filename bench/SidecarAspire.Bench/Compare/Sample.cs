namespace SidecarAspire.Bench.Compare;

/// <summary>A row through one proxy, once.</summary>
/// <param name="Cores">How many cores the proxy had.</param>
/// <param name="Round">From 1.</param>
/// <param name="Row">The row's name.</param>
/// <param name="Peer">The proxy's name.</param>
internal sealed record Sample(int Cores, int Round, string Row, string Peer)
{
    /// <summary>Requests a second.</summary>
    public double Rate { get; init; }

    /// <summary>CPU of the proxy in user space, µs a request.</summary>
    public double UserMicros { get; init; }

    /// <summary>CPU of the proxy in the kernel, µs a request.</summary>
    public double KernelMicros { get; init; }

    /// <summary>CPU of the proxy, µs a request.</summary>
    public double CpuMicros => UserMicros + KernelMicros;

    /// <summary>Latency as fast as it goes.</summary>
    public Quantiles? Saturation { get; init; }

    /// <summary>Latency at half of <see cref="Rate"/>, counted from when a request was due.</summary>
    public Quantiles? HalfLoad { get; init; }

    /// <summary>What the proxy holds in memory afterwards.</summary>
    public double ResidentMegabytes { get; init; }

    /// <summary>Context switches of the proxy a request.</summary>
    public double Switches { get; init; }

    /// <summary>System calls of the proxy a request; counted in the last round.</summary>
    public double? SystemCalls { get; init; }

    /// <summary>CPU time that the hypervisor took from the machine meanwhile.</summary>
    public double StolenSeconds { get; init; }

    /// <summary>Why it does not count, or null.</summary>
    public string? Failure { get; init; }
}
