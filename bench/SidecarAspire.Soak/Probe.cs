using System.Diagnostics;

namespace SidecarAspire.Soak;

/// <summary>Asks the admin port for <c>/livez</c> all the time, as a kubelet does now and then.</summary>
internal sealed class Probe : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _running;

    /// <summary>Begins.</summary>
    public Probe(Sidecar sidecar) => _running = RunAsync(sidecar);

    public int Asked { get; private set; }

    /// <summary>How often there was no 200 within ten seconds.</summary>
    public int Failed { get; private set; }

    /// <summary>The longest time to a response, in milliseconds.</summary>
    public double Worst { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _running;
        _over.Dispose();
    }

    private async Task RunAsync(Sidecar sidecar)
    {
        while (!_over.IsCancellationRequested && sidecar.IsAlive)
        {
            var begin = Stopwatch.GetTimestamp();
            var status = await Visitor.StatusAsync(sidecar.AdminPort, "/livez", s_patience);
            Worst = Math.Max(Worst, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            Asked++;
            if (status != 200)
                Failed++;
            await Task.Delay(s_interval);
        }
    }
}
