using Sidecar.Proxy.Configuration.Resilience;
using Sidecar.Proxy.Resilience.Concurrency;

namespace Sidecar.Proxy.Tests.Resilience.Concurrency;

/// <summary>An application with so many workers and a queue without an end, behind a limit, on a clock of its own: minutes of load in no time.</summary>
internal sealed class SimulatedApp : TimeProvider
{
    private readonly PriorityQueue<Action, (long At, long Number)> _events = new();
    private readonly Queue<(long Admitted, double Seconds)> _queue = [];
    private readonly Random _random = new(1);
    private readonly int _workers;
    private long _now;
    private long _number;
    private int _busy;
    private int _inFlight;

    public SimulatedApp(int workers, double serviceSeconds, AdaptiveOptions? options = null)
    {
        (_workers, ServiceSeconds) = (workers, serviceSeconds);
        Limit = new GradientLimit(options ?? new(), ceiling: 1_000, this);
    }

    public GradientLimit Limit { get; }

    /// <summary>What a request takes on average, give or take a fifth.</summary>
    public double ServiceSeconds { get; set; }

    /// <summary>How many a second it can do at best.</summary>
    public double Capacity => _workers / ServiceSeconds;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    /// <summary>Offers requests at random instants.</summary>
    /// <param name="perSecond">How many a second.</param>
    /// <param name="duration">For how long.</param>
    /// <returns>What became of them.</returns>
    public Outcome Offer(double perSecond, TimeSpan duration)
    {
        var outcome = new Outcome();
        var end = _now + duration.Ticks;
        Arrive(perSecond, end, outcome);
        while (_events.TryDequeue(out var happen, out var next))
        {
            _now = next.At;
            happen();
        }

        _now = Math.Max(_now, end);
        return outcome;
    }

    private void Arrive(double perSecond, long end, Outcome outcome) => After(-Math.Log(1 - _random.NextDouble()) / perSecond, () =>
    {
        if (_now >= end)
            return;
        Limit.Saw(_inFlight + 1);
        if (_inFlight < Limit.Limit)
            Admit(outcome);
        else
            outcome.Shed++;
        Arrive(perSecond, end, outcome);
    });

    private void Admit(Outcome outcome)
    {
        _inFlight++;
        var (admitted, seconds) = (_now, ServiceSeconds * (0.8 + (0.4 * _random.NextDouble())));
        if (_busy == _workers)
        {
            _queue.Enqueue((admitted, seconds));
            return;
        }

        _busy++;
        Work(admitted, seconds, outcome);
    }

    private void Work(long admitted, double seconds, Outcome outcome) => After(seconds, () =>
    {
        var latency = TimeSpan.FromTicks(_now - admitted);
        outcome.Latencies.Add(latency.TotalSeconds);
        Limit.Add(admitted, latency, failed: false);
        _inFlight--;
        if (_queue.TryDequeue(out var next))
            Work(next.Admitted, next.Seconds, outcome);
        else
            _busy--;
    });

    private void After(double seconds, Action happen) => _events.Enqueue(happen, (_now + (long)(seconds * TimestampFrequency), _number++));

    internal sealed class Outcome
    {
        public List<double> Latencies { get; } = [];

        public int Shed { get; set; }

        public double Most
        {
            get
            {
                Latencies.Sort();
                return Latencies[(int)(0.99 * (Latencies.Count - 1))];
            }
        }
    }
}
