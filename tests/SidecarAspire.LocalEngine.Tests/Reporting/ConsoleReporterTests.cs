using Aspire.Hosting.Reporting;
using Spectre.Console;

namespace SidecarAspire.LocalEngine.Tests.Reporting;

public sealed class ConsoleReporterTests : IDisposable
{
    private static readonly ResourceRow[] s_rows = [new("legacy-app", "Running", "http://localhost:5000"), new("job", "Finished", "")];
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Where_the_output_goes_elsewhere_each_resource_is_a_line()
    {
        Reporter(isTerminal: false).Resources(s_rows);

        Lines(_output).ShouldBe(["legacy-app: Running http://localhost:5000", "job: Finished"]);
    }

    [Fact]
    public void On_a_terminal_the_resources_are_a_table()
    {
        Reporter(isTerminal: true).Resources([.. s_rows, new("odd", "[red]", "")]);

        var lines = Lines(_output).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToArray();
        lines.ShouldContain("Resource State Address");
        lines.ShouldContain("legacy-app Running http://localhost:5000");
        lines.ShouldContain("odd [red]");
    }

    [Fact]
    public void A_failure_is_one_line_with_the_last_output_below_it()
    {
        Reporter(isTerminal: false).ResourceFailed("legacy-app", "ended with exit code 1", ["Error: no database", "    at app.js:1"]);

        Lines(_error).ShouldBe(["legacy-app: ended with exit code 1", "    Error: no database", "        at app.js:1"]);
        _output.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void An_error_is_one_line_on_stderr()
    {
        Reporter(isTerminal: false).Error("Port 80 is in use.");

        Lines(_error).ShouldBe(["error: Port 80 is in use."]);
    }

    private ConsoleReporter Reporter(bool isTerminal) => new(
        AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new Output(_output, isTerminal) }), _output, _error);

    private static string[] Lines(StringWriter writer) => writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private sealed class Output(TextWriter writer, bool isTerminal) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => isTerminal;

        public int Width => 100;

        public int Height => 40;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}
