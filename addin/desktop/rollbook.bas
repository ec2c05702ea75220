Attribute VB_Name = "Rollbook"
' Made by tools/make_desktop_macros.py from the buttons of the ribbon. Import it into the workbook
' or the add-in that has the xlwings module; addin/desktop/README.md says how.
Option Explicit

' Register: Post this sheet
Public Sub Rollbook_PostSheet()
    RunPython "from addin.desktop.buttons import press; press('post_sheet')"
End Sub

' Register: Import now
Public Sub Rollbook_ImportNow()
    RunPython "from addin.desktop.buttons import press; press('import_now')"
End Sub

' Register: What changed
Public Sub Rollbook_WhatChanged()
    RunPython "from addin.desktop.buttons import press; press('what_changed')"
End Sub

' Register: Undo a posting
Public Sub Rollbook_UndoPosting()
    RunPython "from addin.desktop.buttons import press; press('undo_posting')"
End Sub

' Tracking: Adopt this workbook
Public Sub Rollbook_AdoptWorkbook()
    RunPython "from addin.desktop.buttons import press; press('adopt_workbook')"
End Sub

' Tracking: Refresh
Public Sub Rollbook_RefreshWorkbook()
    RunPython "from addin.desktop.buttons import press; press('refresh_workbook')"
End Sub

' Tracking: Why flagged?
Public Sub Rollbook_WhyFlagged()
    RunPython "from addin.desktop.buttons import press; press('why_flagged')"
End Sub

' Letters: Letters due
Public Sub Rollbook_LettersDue()
    RunPython "from addin.desktop.buttons import press; press('letters_due')"
End Sub

' Letters: Prepare for selected
Public Sub Rollbook_PrepareLetters()
    RunPython "from addin.desktop.buttons import press; press('prepare_letters')"
End Sub

' Letters: Review
Public Sub Rollbook_ReviewLetters()
    RunPython "from addin.desktop.buttons import press; press('review_letters')"
End Sub

' Letters: Approve
Public Sub Rollbook_ApproveLetters()
    RunPython "from addin.desktop.buttons import press; press('approve_letters')"
End Sub

' Letters: Mark mailed
Public Sub Rollbook_MarkMailed()
    RunPython "from addin.desktop.buttons import press; press('mark_mailed')"
End Sub

' Letters: Void
Public Sub Rollbook_VoidLetters()
    RunPython "from addin.desktop.buttons import press; press('void_letters')"
End Sub

' Documents: VOE
Public Sub Rollbook_Voe()
    RunPython "from addin.desktop.buttons import press; press('voe')"
End Sub

' Documents: Social Security letter
Public Sub Rollbook_SocialSecurityLetter()
    RunPython "from addin.desktop.buttons import press; press('social_security_letter')"
End Sub

' Documents: Enrolment letter
Public Sub Rollbook_EnrolmentLetter()
    RunPython "from addin.desktop.buttons import press; press('enrolment_letter')"
End Sub

' Reports: Daily summary
Public Sub Rollbook_DailySummary()
    RunPython "from addin.desktop.buttons import press; press('daily_summary')"
End Sub

' Reports: Missing registers
Public Sub Rollbook_MissingRegisters()
    RunPython "from addin.desktop.buttons import press; press('missing_registers')"
End Sub

' Reports: Lates
Public Sub Rollbook_Lates()
    RunPython "from addin.desktop.buttons import press; press('lates')"
End Sub

' Help: Rollbook pane
Public Sub Rollbook_OpenPane()
    RunPython "from addin.desktop.buttons import press; press('open_pane')"
End Sub

' Help: Help
Public Sub Rollbook_ShowHelp()
    RunPython "from addin.desktop.buttons import press; press('show_help')"
End Sub
