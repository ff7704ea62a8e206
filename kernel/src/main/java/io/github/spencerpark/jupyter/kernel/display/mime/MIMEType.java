package io.github.spencerpark.jupyter.kernel.display.mime;

import llmthreads.kernel.display.MimeBundle;

/**
 * The type of a form, {@code text/html} say.
 *
 * @param name as messages carry it
 */
public record MIMEType(String name) {
  public static final MIMEType TEXT_PLAIN = new MIMEType(MimeBundle.TEXT);
  public static final MIMEType TEXT_HTML = new MIMEType(MimeBundle.HTML);
  public static final MIMEType TEXT_MARKDOWN = new MIMEType(MimeBundle.MARKDOWN);
  public static final MIMEType TEXT_LATEX = new MIMEType("text/latex");
  public static final MIMEType APPLICATION_JAVASCRIPT = new MIMEType("application/javascript");
  public static final MIMEType APPLICATION_JSON = new MIMEType("application/json");
  public static final MIMEType APPLICATION_PDF = new MIMEType("application/pdf");
  public static final MIMEType IMAGE_GIF = new MIMEType("image/gif");
  public static final MIMEType IMAGE_JPEG = new MIMEType("image/jpeg");
  public static final MIMEType IMAGE_PNG = new MIMEType(MimeBundle.PNG);
  public static final MIMEType IMAGE_SVG = new MIMEType(MimeBundle.SVG);

  /** The type of a name. */
  public static MIMEType parse(String name) {
    return new MIMEType(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
