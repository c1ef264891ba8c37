using Spectre.Console;

namespace Aspire.Hosting.Reporting;

/// <summary>Writes to the console: a table on a terminal, plain lines where the output goes elsewhere.</summary>
internal sealed class ConsoleReporter(IAnsiConsole console, TextWriter output, TextWriter error) : IAppHostReporter
{
    public void Line(string text) => output.WriteLine(text);

    public void Resources(IReadOnlyList<ResourceRow> rows)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            foreach (var row in rows)
            {
                output.WriteLine($"{row.Name}: {row.State} {row.Addresses}".TrimEnd());
            }

            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("Resource", "State", "Address");
        foreach (var row in rows)
        {
            table.AddRow(Markup.Escape(row.Name), Markup.Escape(row.State), Markup.Escape(row.Addresses));
        }

        console.Write(table);
    }

    public void Stopping()
    {
        // Off the line on which the terminal has shown ^C.
        output.WriteLine(console.Profile.Out.IsTerminal ? $"{Environment.NewLine}Shutting down." : "Shutting down.");
    }

    public void ResourceFailed(string resource, string message, IReadOnlyList<string> lines) =>
        error.WriteLine(string.Join(Environment.NewLine, lines.Select(line => $"    {line}").Prepend($"{resource}: {message}")));

    public void Error(string message) => error.WriteLine($"error: {message}");
}
