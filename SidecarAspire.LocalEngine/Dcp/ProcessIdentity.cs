using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Dcp;

/// <summary>A process and when it started, since ids are used again.</summary>
internal sealed record ProcessIdentity(int Id, DateTime StartedUtc)
{
    // The start time is computed from the boot time, which moves a little with the clock.
    private static readonly TimeSpan s_tolerance = TimeSpan.FromSeconds(2);

    public static ProcessIdentity? Of(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return new ProcessIdentity(processId, process.StartTime.ToUniversalTime());
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public static ProcessIdentity? Parse(string line)
    {
        var parts = line.Split(' ');
        return parts.Length == 2
            && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var id)
            && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var ticks)
            ? new ProcessIdentity(id, new DateTime(ticks, DateTimeKind.Utc))
            : null;
    }

    /// <summary>Whether two identities, taken at different times, are of one process.</summary>
    public bool IsSameAs(ProcessIdentity other) => Id == other.Id && (StartedUtc - other.StartedUtc).Duration() <= s_tolerance;

    /// <summary>Kills the process with all it has started, if it is still the same one.</summary>
    public void Kill()
    {
        if (Of(Id) is not { } now || !IsSameAs(now))
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(Id);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself in the meantime.
        }
    }

    /// <summary>Waits until the process has ended.</summary>
    public async Task WaitForExitAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.GetProcessById(Id);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} {StartedUtc.Ticks}");
}
