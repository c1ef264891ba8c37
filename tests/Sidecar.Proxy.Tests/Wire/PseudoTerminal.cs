using System.Diagnostics;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A terminal with a shell in it that controls jobs, as a person has it; what is typed goes in, what is on the screen comes out.</summary>
internal sealed class PseudoTerminal : ChildProcess
{
    private string _screen = "";

    private PseudoTerminal(ProcessStartInfo start)
        : base(start)
    {
    }

    /// <summary>Opens one.</summary>
    /// <param name="environment">What is in the shell's environment.</param>
    public static PseudoTerminal Open(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("script", ["-q", "-f", "-e", "-c", "bash --norc --noprofile -i", "/dev/null"]) { RedirectStandardInput = true };
        start.Environment["PS1"] = "$ ";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["SIDECAR"] = string.Join(' ', SidecarProgram.Command);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new(start);
    }

    /// <summary>Types.</summary>
    public async Task TypeAsync(string keys)
    {
        await Process.StandardInput.WriteAsync(keys.AsMemory(), Patience.Token());
        await Process.StandardInput.FlushAsync(Patience.Token());
    }

    /// <summary>Waits until something is on the screen.</summary>
    /// <param name="text">What.</param>
    /// <returns>All that came before it since the last time.</returns>
    public async Task<string> ShowsAsync(string text)
    {
        var (buffer, patience) = (new char[4096], Patience.Token());
        int at;
        while ((at = _screen.IndexOf(text, StringComparison.Ordinal)) < 0)
        {
            int count;
            try
            {
                count = await Output.ReadAsync(buffer, patience);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"'{text}' did not appear, but: {_screen}");
            }

            if (count == 0)
                throw new EndOfStreamException($"'{text}' did not appear, but: {_screen}");
            _screen += new string(buffer, 0, count);
        }

        var before = _screen[..at];
        _screen = _screen[(at + text.Length)..];
        return before;
    }
}
