using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.Hosting.Output;

/// <summary>What a step of publishing has to say: on the console for <c>dotnet run</c>, and through the step for Aspire's CLI, which hides the console.</summary>
/// <param name="step">The step as the CLI shows it.</param>
internal sealed class StepOutput(IReportingStep step)
{
    /// <summary>Says why the step fails. The CLI shows the message of the exception.</summary>
    public static void Fail(string text) => Console.Error.WriteLine($"error: {text}");

    /// <summary>Writes a result.</summary>
    public void Write(string text)
    {
        Console.Out.WriteLine(text);
        step.Log(LogLevel.Information, text);
    }

    /// <summary>Writes a warning.</summary>
    public void Warn(string text)
    {
        Console.Error.WriteLine($"warning: {text}");
        step.Log(LogLevel.Warning, text);
    }
}
