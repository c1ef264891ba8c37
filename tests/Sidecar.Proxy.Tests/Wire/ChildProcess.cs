using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A process that a test starts, and that does not outlive it.</summary>
internal class ChildProcess : IDisposable
{
    private readonly StringBuilder _error = new();

    /// <summary>Starts it.</summary>
    /// <param name="start">What; its output is the test's.</param>
    /// <exception cref="InvalidOperationException">It is not installed.</exception>
    protected ChildProcess(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        try
        {
            Process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"{start.FileName} is not installed.", exception);
        }

        Process.ErrorDataReceived += (_, line) => _error.AppendLine(line.Data);
        Process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public StreamReader Output => Process.StandardOutput;

    /// <summary>What it has written to standard error.</summary>
    protected string Error => _error.ToString();

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill(entireProcessTree: true);
        Process.Dispose();
    }
}
