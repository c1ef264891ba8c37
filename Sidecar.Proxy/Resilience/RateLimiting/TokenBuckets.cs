using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Resilience.RateLimiting;

/// <summary>
/// A token bucket for each client, kept as one number: when it will be full again (the generic cell rate algorithm, ITU-T I.371). System.Threading.RateLimiting has
/// token buckets too, but theirs run on the machine's clock, are an object each, and are let go by time alone, so that whoever invents
/// keys could have any number of them. When there is no room for another key, the network with the most keys gives one up: who invents keys takes them from nobody but itself.
/// </summary>
internal sealed class TokenBuckets
{
    private const int FewKeys = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, long> _fullAt = [];
    private readonly Dictionary<UInt128, Network> _networks = [];
    private readonly TimeProvider _time;
    private readonly long _interval;
    private readonly long _depth;
    private Network? _heaviest;
    private int _sweepFrom;
    private long _sweepNotBefore;
    private long _othersFullAt;

    /// <summary>Makes a limit.</summary>
    /// <param name="route">Whose limit it is, or null for everybody's.</param>
    /// <param name="options">What is allowed.</param>
    /// <param name="time">The clock.</param>
    public TokenBuckets(string? route, RateLimitOptions options, TimeProvider time)
    {
        (Route, Options, _time) = (route, options, time);
        _interval = Math.Max(1, (long)(time.TimestampFrequency / options.PerSecond));
        _depth = _interval * (options.Burst ?? (int)Math.Ceiling(options.PerSecond));
        _sweepFrom = Math.Min(FewKeys, options.MaxKeys);
        Kind = $"rate_{options.By.ToString().ToLowerInvariant()}";
        Excess = string.Create(CultureInfo.InvariantCulture, $"more than {options.PerSecond} requests a second from one {(options.By == RateLimitKey.Header ? options.Header : options.By.ToString().ToLowerInvariant())}");
    }

    /// <summary>Whose limit it is, or null for everybody's.</summary>
    public string? Route { get; }

    /// <summary>What is allowed.</summary>
    public RateLimitOptions Options { get; }

    /// <summary>What telemetry calls it.</summary>
    public string Kind { get; }

    /// <summary>What a request that finds no token is, for the log.</summary>
    public string Excess { get; }

    /// <summary>How many clients are told apart at the moment.</summary>
    public int Keys
    {
        get
        {
            lock (_lock)
                return _fullAt.Count;
        }
    }

    /// <summary>Takes a token.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="network">The network that it comes from.</param>
    /// <param name="urgency">Whether one that is not there yet will do, up to a second burst.</param>
    /// <param name="wait">How long until there is one, if there is none.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(UInt128 key, UInt128 network, Urgency urgency, out TimeSpan wait)
    {
        var now = _time.GetTimestamp();
        var depth = urgency == Urgency.Ordinary ? _depth : 2 * _depth;
        lock (_lock)
        {
            ref var fullAt = ref BucketOf(key, network, now);
            var next = Math.Max(fullAt, now) + _interval;
            if (next - now > depth)
            {
                wait = _time.GetElapsedTime(now, next - depth);
                return false;
            }

            fullAt = next;
            wait = TimeSpan.Zero;
            return true;
        }
    }

    private ref long BucketOf(UInt128 key, UInt128 network, long now)
    {
        if (_fullAt.Count >= _sweepFrom && now >= _sweepNotBefore)
            Sweep(now);
        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_fullAt, key);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref known))
            return ref known;
        _networks.TryGetValue(network, out var its);
        if (_fullAt.Count >= Options.MaxKeys)
        {
            // With one more it would be the heaviest itself.
            if (_heaviest is null || (its?.Keys.Count ?? 0) + 1 >= _heaviest.Keys.Count)
                return ref its is null ? ref _othersFullAt : ref its.OthersFullAt;
            _fullAt.Remove(_heaviest.Keys[^1]);
            _heaviest.Keys.RemoveAt(_heaviest.Keys.Count - 1);
        }

        its ??= _networks[network] = new();
        its.Keys.Add(key);
        if (its.Keys.Count > (_heaviest?.Keys.Count ?? 0))
            _heaviest = its;
        return ref CollectionsMarshal.GetValueRefOrAddDefault(_fullAt, key, out _);
    }

    /// <summary>Forgets full buckets, which are as good as new ones; at most once a second, because it looks at them all.</summary>
    private void Sweep(long now)
    {
        _heaviest = null;
        foreach (var (address, network) in _networks)
        {
            network.Keys.RemoveAll(key => _fullAt[key] <= now && _fullAt.Remove(key));
            if (network.Keys.Count == 0)
                _networks.Remove(address);
            else if (network.Keys.Count > (_heaviest?.Keys.Count ?? 0))
                _heaviest = network;
        }

        _sweepFrom = Math.Min(Math.Max(FewKeys, 2 * _fullAt.Count), Options.MaxKeys);
        _sweepNotBefore = now + _time.TimestampFrequency;
    }

    /// <summary>The keys that came from a network first, and the bucket for those of its that find no room.</summary>
    private sealed class Network
    {
        public List<UInt128> Keys { get; } = [];

        public long OthersFullAt;
    }
}
