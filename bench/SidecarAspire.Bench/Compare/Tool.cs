using System.Diagnostics;

namespace SidecarAspire.Bench.Compare;

/// <summary>Programs that are run for what they print.</summary>
internal static class Tool
{
    /// <summary>What it prints, errors too.</summary>
    /// <exception cref="BenchException">It is not installed.</exception>
    public static async Task<string> OutputAsync(string[] command, CancellationToken cancellationToken)
    {
        using var process = Start(command);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return output + await errors;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="BenchException">It is not installed.</exception>
    public static Process Start(string[] command)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new BenchException($"{command[0]} is missing: bench/peers/install.sh installs what is needed.");
        }
    }
}
